/** Holds "folded" or "open". */
export const railCookie = "lockstep-rail";
