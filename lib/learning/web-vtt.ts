/** What is said from … to …, in seconds. */
export type Cue = { from: number; to: number; text: string };

const TIMES = /^((?:\d+:)?\d{2}:\d{2}\.\d{3})[ \t]+-->[ \t]+((?:\d+:)?\d{2}:\d{2}\.\d{3})/;

/** The cues of a WebVTT file, without their markup; none where it is not one. */
export function parseCues(vtt: string): Cue[] {
  if (!/^(?:\uFEFF)?WEBVTT(?:[ \t\n\r]|$)/.test(vtt)) return [];
  return vtt
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .flatMap((block) => {
      const lines = block.split("\n");
      const at = lines.findIndex((line) => TIMES.test(line));
      const [, from, to] = TIMES.exec(lines[at] ?? "") ?? [];
      if (from === undefined || to === undefined) return [];
      const text = lines
        .slice(at + 1)
        .join(" ")
        .replace(/<[^>]*>/g, "")
        .trim();
      const cue = { from: secondsOf(from), to: secondsOf(to), text };
      return cue.text && cue.from < cue.to ? [cue] : [];
    });
}

function secondsOf(time: string): number {
  return time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
