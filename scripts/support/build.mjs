// The production build of the pages.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stateFolder } from "./checkout.mjs";
import { contentHash } from "./content-hash.mjs";
import { codeOf, Problem } from "./problem.mjs";
import { identify, isAlive, run } from "./processes.mjs";
import { inProject } from "./project.mjs";
import { step } from "./step.mjs";

const sources = [
  "app",
  "components",
  "lib",
  "public",
  "prisma/schema.prisma",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "next.config.ts",
  "package-lock.json",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
];

/** Tests are no part of the build, and the generated client follows from the schema. */
function isSource(/** @type {string} */ file) {
  return !file.startsWith("lib/generated/") && !/\.test\.tsx?$/.test(file);
}

export const nextBin = inProject("node_modules", "next", "dist", "bin", "next");

/** Where the build lies, relative to the project. */
export function buildFolder() {
  return process.env.LOCKSTEP_DIST_DIR || ".next";
}

function stampFile() {
  return inProject(buildFolder(), "lockstep-build");
}

/** @type {import("./checkout.mjs").CheckoutStep} */
export const build = {
  isFresh() {
    return existsSync(stampFile()) && readFileSync(stampFile(), "utf8") === contentHash(sources, isSource);
  },

  async bring(signal) {
    const server = serversOfBuild()[0];
    if (server) {
      throw new Problem(
        `The sources have changed, but another Lockstep (process ${server.pid}) serves the build in ${buildFolder()}: stop that one first, or set LOCKSTEP_DIST_DIR=.next-2 to build beside it.`,
      );
    }
    rmSync(stampFile(), { force: true });
    // Taken before the build: an edit made while it runs shows at the next start.
    const stamp = contentHash(sources, isSource);
    await step("Built the pages", async () => {
      console.log("Building the pages (next build) …");
      const env = {
        ...process.env,
        NODE_ENV: /** @type {const} */ ("production"),
        NEXT_TELEMETRY_DISABLED: "1",
      };
      const { code, output } = await run(process.execPath, [nextBin, "build"], { env, signal });
      if (code !== 0)
        throw new Problem(`${output.trim()}\nThe pages could not be built: see the message above.`);
    });
    writeFileSync(stampFile(), stamp);
  },
};

const servingFolder = inProject(stateFolder, "serving");

/**
 * Notes that this process serves the build, so that nobody builds over it; answers how to take the note back.
 * A checkout that this user cannot write to needs no note: whoever serves from it could not build either.
 */
export function noteServing() {
  const file = path.join(servingFolder, String(process.pid));
  try {
    mkdirSync(servingFolder, { recursive: true });
    writeFileSync(file, JSON.stringify({ ...identify(process.pid), build: buildFolder() }));
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(codeOf(error))) throw error;
  }
  return () => rmSync(file, { force: true });
}

/** The living processes that serve this build. */
function serversOfBuild() {
  const names = existsSync(servingFolder) ? readdirSync(servingFolder) : [];
  return names
    .map((name) => JSON.parse(readFileSync(path.join(servingFolder, name), "utf8")))
    .filter((note) => note.build === buildFolder() && isAlive(note));
}
