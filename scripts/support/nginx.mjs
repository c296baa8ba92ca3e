// nginx for the test of streams through a buffering proxy: one that is there, else Debian's.
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { run } from "./processes.mjs";

/** Debian keeps it where an ordinary user's PATH does not look. */
const fixedPlaces = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"];

/**
 * The program of nginx on this system; undefined when there is none.
 * @returns {string | undefined}
 */
export function findNginx() {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return [...folders.map((folder) => path.join(folder, "nginx")), ...fixedPlaces].find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Installs nginx where it is missing and can be had; the test that needs it is skipped, and says so, where it cannot.
 * @param {AbortSignal} signal
 */
export async function offerNginx(signal) {
  if (findNginx() || process.getuid?.() !== 0) return;
  console.log("Installing the Debian package nginx-light …");
  // Offline, systemd does not start the package's own server.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", SYSTEMD_OFFLINE: "1" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "nginx-light"]]) {
    try {
      const { code } = await run("apt-get", args, { env, signal, timeoutMs: 120_000 });
      if (code !== 0) return;
    } catch {
      signal.throwIfAborted();
      return;
    }
  }
}
