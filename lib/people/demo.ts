/** The password of the demo cast, printed at the start and offered by the sign-in page. */
export const DEMO_PASSWORD = "lockstep-demo";
