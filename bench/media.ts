// npm run bench:media: the pipeline against bare ffmpeg with the same arguments, over a clip of real motion and noise.
// Needs a database of its own: DATABASE_URL, or the embedded one of a throwaway folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { applyMigrations } from "@/scripts/support/migrations.mjs";
import { startCluster } from "@/scripts/support/postgres.mjs";

const SECONDS = Number(process.env.BENCH_SECONDS ?? "60");
const ROUNDS = 3;

async function run(args: string[]): Promise<void> {
  const child = spawn("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}.`);
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await act();
  return (performance.now() - from) / 1_000;
}

const folder = mkdtempSync(path.join(os.tmpdir(), "lockstep-bench-"));
chmodSync(folder, 0o711);
const cluster = await startCluster({ dataDir: folder, isDisposable: true });
try {
  await applyMigrations({ databaseUrl: cluster.url });
  Object.assign(process.env, {
    DATABASE_URL: cluster.url,
    NEXTAUTH_SECRET: "a secret that only benches know, 40 signs",
    LOCKSTEP_DATA_DIR: folder,
    LOG_LEVEL: "error",
  });
  // The settings are read as these load.
  const { db } = await import("@/lib/db");
  const { probe, renditionArguments } = await import("@/lib/media/ffmpeg");
  const { ingestFile, processNow } = await import("@/lib/media/ingest");
  const { planRenditions } = await import("@/lib/media/rules");
  const { createAdmin } = await import("@/lib/media/testing/clips");
  const clip = path.join(folder, "clip.mp4");
  const picture = `testsrc2=size=1920x1080:rate=30:duration=${SECONDS},noise=alls=20:allf=t`;
  await run([
    "-f",
    "lavfi",
    "-i",
    picture,
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-crf",
    "24",
    "-pix_fmt",
    "yuv420p",
    clip,
  ]);
  const admin = await createAdmin();
  const [rendition] = planRenditions(
    "hero-video",
    await probe(clip, { signal: new AbortController().signal }),
  );
  if (!rendition) throw new Error("Nothing to make.");
  const rows = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const bare = await timed(() =>
      run(["-i", clip, ...renditionArguments(rendition, false), path.join(folder, "bare.mp4")]),
    );
    const { uploadId } = await ingestFile(admin, {
      kind: "hero-video",
      path: clip,
      title: "Bench",
      now: new Date(),
    });
    const whole = await timed(() => processNow(uploadId, new Date()));
    rows.push({
      round,
      clipMB: Math.round(statSync(clip).size / 1e6),
      bareSeconds: bare.toFixed(1),
      pipelineSeconds: whole.toFixed(1),
      ratio: (whole / bare).toFixed(3),
    });
  }
  console.table(rows);
  await db().$disconnect();
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
