import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Rgb = readonly [red: number, green: number, blue: number];
type Theme = "light" | "dark";

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");

/** Linear-light sRGB of an oklch colour, cut to the gamut as a browser would show it at worst. */
function toLinearRgb(lightness: number, chroma: number, hueDegrees: number): Rgb {
  const hue = (hueDegrees * Math.PI) / 180;
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const luminance = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

function readTokens(): Map<string, Record<Theme, Rgb>> {
  const colour = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`;
  const line = new RegExp(String.raw`--([\w-]+): light-dark\(${colour}, ${colour}\);`, "g");
  const tokens = new Map<string, Record<Theme, Rgb>>();
  for (const match of css.matchAll(line)) {
    const [name = "", ...numbers] = match.slice(1);
    const [l1 = 0, c1 = 0, h1 = 0, l2 = 0, c2 = 0, h2 = 0] = numbers.map(Number);
    tokens.set(name, { light: toLinearRgb(l1, c1, h1), dark: toLinearRgb(l2, c2, h2) });
  }
  return tokens;
}

const tokens = readTokens();

function contrast(front: string, back: string, theme: Theme): number {
  const [one, other] = [tokens.get(front), tokens.get(back)];
  if (!one || !other)
    throw new Error(`No token --${one ? back : front} with two oklch colours in app/globals.css`);
  const [high = 0, low = 0] = [luminance(one[theme]), luminance(other[theme])].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["surface", "surface-raised", "surface-sunken", "surface-hover"];

const text: Array<[front: string, back: string]> = [
  ...grounds.flatMap(
    (ground): Array<[string, string]> => [
      ["ink", ground],
      ["ink-muted", ground],
      ["accent", ground],
      ["critical", ground],
    ],
  ),
  ["accent-ink", "accent"],
  ["accent-ink", "accent-hover"],
  ["critical-ink", "critical"],
  ["critical-ink", "critical-hover"],
  ["surface", "ink"],
  ["ink", "changed"],
  ["ink-muted", "changed"],
  ...["accent", "positive", "caution", "critical"].flatMap(
    (tone): Array<[string, string]> => [
      [tone, `${tone}-soft`],
      ["ink", `${tone}-soft`],
      ["ink-muted", `${tone}-soft`],
    ],
  ),
];

const graphics: Array<[front: string, back: string]> = grounds.flatMap(
  (ground): Array<[string, string]> => [
    ["focus", ground],
    ["live", ground],
    ["caution", ground],
    ["line-strong", ground],
  ],
);

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  it.each(text)("shows text in --%s on --%s with at least 4.5 : 1", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(graphics)("shows --%s on --%s with at least 3 : 1", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});
