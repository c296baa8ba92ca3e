// The generated Prisma client in lib/generated/prisma.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stateFolder } from "./checkout.mjs";
import { contentHash } from "./content-hash.mjs";
import { Problem } from "./problem.mjs";
import { run } from "./processes.mjs";
import { inProject } from "./project.mjs";
import { step } from "./step.mjs";

const stampFile = inProject(stateFolder, "prisma-client");

function wantedStamp() {
  return contentHash(["prisma/schema.prisma", "prisma.config.ts", "node_modules/prisma/package.json"]);
}

/** @type {import("./checkout.mjs").CheckoutStep} */
export const prismaClient = {
  isFresh() {
    if (!existsSync(inProject("lib", "generated", "prisma", "client.ts"))) return false;
    return existsSync(stampFile) && readFileSync(stampFile, "utf8") === wantedStamp();
  },

  async bring(signal) {
    const stamp = wantedStamp();
    await step("Generated the Prisma client", async () => {
      const env = {
        ...process.env,
        // The command line insists on having a schema engine, which it would download, and does not use it for this.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      };
      const args = [inProject("node_modules", "prisma", "build", "index.js"), "generate", "--no-hints"];
      const { code, output } = await run(process.execPath, args, { env, signal, timeoutMs: 120_000 });
      if (code !== 0)
        throw new Problem(`${output.trim()}\nPrisma could not generate its client: see its message above.`);
    });
    mkdirSync(inProject(stateFolder), { recursive: true });
    writeFileSync(stampFile, stamp);
  },
};
