export const themeChoices = ["light", "dark", "system"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

export const themeCookie = "lockstep-theme";

/** The choice that a cookie's value names; "system" for none or nonsense. */
export function parseTheme(value: string | undefined): ThemeChoice {
  return themeChoices.find((choice) => choice === value) ?? "system";
}
