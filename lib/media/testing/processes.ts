import { readdirSync, readFileSync } from "node:fs";

/** The processes of a program whose command line names that text, on Linux: a test's own, by its folder. */
export function processesOf(program: "ffmpeg" | "ffprobe", naming: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [command = "", ...words] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return command.split("/").at(-1) === program && words.some((word) => word.includes(naming));
      } catch {
        // It has ended since.
        return false;
      }
    })
    .map(Number);
}

/** Ends a process at once; one that has ended since is no error. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
