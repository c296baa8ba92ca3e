import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

// Who may import whom, as biome.json says it: each line is a file and what it imports.
const forbidden: Array<[file: string, imported: string]> = [
  ["app/organization/page.tsx", "@/lib/db"],
  ["app/organization/board.tsx", "@/lib/generated/prisma/client"],
  ["app/organization/list.tsx", "@/app/admin/queue"],
  ["app/organization/near.tsx", "../admin/queue"],
  ["components/training/request-board.tsx", "@/lib/training/queries"],
  ["components/training/request-form.tsx", "@/lib/training/commands"],
  ["components/training/request-row.tsx", "@/lib/db"],
  ["components/training/request-link.tsx", "@/app/organization/page"],
  ["components/ui/button.tsx", "@/lib/training/rules"],
  ["components/ui/dialog.tsx", "@/components/training/request-board"],
  ["components/ui/menu.tsx", "../training/request-board"],
  ["lib/training/rules.ts", "@/lib/training/queries"],
  ["lib/training/policy.ts", "./commands"],
  ["lib/people/rules.ts", "@/lib/db"],
  ["lib/people/policy.ts", "node:crypto"],
  ["lib/quiz/rules.ts", "next/headers"],
  ["lib/quiz/policy.ts", "@prisma/client"],
  ["lib/training/queries.ts", "@/lib/people/commands"],
  ["lib/training/commands.ts", "@/lib/rewards/commands"],
  ["lib/training/writes.ts", "./commands"],
  ["lib/rewards/queries.ts", "@/app/admin/queue"],
  ["lib/rewards/commands.ts", "@/components/ui/button"],
  ["lib/access/viewer.ts", "@/lib/people/queries"],
  ["lib/http/route.ts", "@/lib/training/rules"],
  ["lib/live/relay.ts", "@/lib/training/queries"],
  ["lib/db.ts", "@/lib/people/rules"],
  ["lib/env.ts", "@/components/ui/button"],
  ["lib/media/store.ts", "../db"],
];

const allowed: Array<[file: string, imported: string]> = [
  ["app/admin/page.tsx", "@/lib/training/queries"],
  ["app/admin/assign.ts", "@/lib/training/commands"],
  ["components/training/class-card.tsx", "@/lib/training/rules"],
  ["components/training/class-list.tsx", "@/components/ui/button"],
  ["components/training/class-live.tsx", "@/lib/live/client"],
  ["components/ui/table.tsx", "@/components/ui/button"],
  ["lib/certificate/rules.ts", "@/lib/quiz/rules"],
  ["lib/certificate/queries.ts", "@/lib/people/queries"],
  ["lib/certificate/commands.ts", "@/lib/rewards/writes"],
  ["lib/live/publish.ts", "@/lib/db"],
];

const report = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

let folder: string;
let found: Set<string>;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "lockstep-imports-"));
  const config: unknown = JSON.parse(readFileSync("biome.json", "utf8"));
  // The folder is no git checkout.
  writeFileSync(
    path.join(folder, "biome.json"),
    JSON.stringify(Object.assign({}, config, { vcs: { enabled: false } })),
  );
  // Biome resolves "@/" by these two.
  for (const file of ["tsconfig.json", "package.json"])
    writeFileSync(path.join(folder, file), readFileSync(file));
  const files = [...forbidden, ...allowed].map(
    ([file, imported]) => [file, `import ${JSON.stringify(imported)};\n`] as const,
  );
  const cycle = [
    ["lib/learning/first.ts", 'import { b } from "@/lib/learning/second";\nexport const a = () => b;\n'],
    ["lib/learning/second.ts", 'import { a } from "./first";\nexport const b = () => a;\n'],
  ] as const;
  for (const [file, text] of [...files, ...cycle]) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const rules = ["--only=style/noRestrictedImports", "--only=suspicious/noImportCycles"];
  const args = ["lint", ...rules, "--reporter=json", "--max-diagnostics=none", "."];
  const { diagnostics } = report.parse(JSON.parse(biome(args)));
  found = new Set(
    diagnostics.map(({ category, location }) => `${category} ${location.path.replace(/^\.\//, "")}`),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** It exits with 1 when it finds something, which is what we are after. */
function biome(args: string[]): string {
  const bin = path.resolve("node_modules/@biomejs/biome/bin/biome");
  try {
    return execFileSync(process.execPath, [bin, ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string") return error.stdout;
    throw error;
  }
}

describe("the lint refuses", () => {
  test.each(forbidden)("%s importing %s", (file) => {
    expect([...found]).toContain(`lint/style/noRestrictedImports ${file}`);
  });

  test("two files that import each other", () => {
    expect([...found]).toContain("lint/suspicious/noImportCycles lib/learning/first.ts");
  });
});

describe("the lint lets pass", () => {
  test.each(allowed)("%s importing %s", (file) => {
    expect([...found].filter((entry) => entry.endsWith(` ${file}`))).toEqual([]);
  });
});
