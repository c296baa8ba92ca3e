import "server-only";
import { createWriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { type Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { now as clock } from "@/lib/clock";
import { AppError } from "@/lib/http/errors";
import { log } from "@/lib/log";
import { incomingFile, incomingFolder } from "@/lib/media/folders";
import { limitsOf } from "@/lib/media/limits";
import { registerReceiver } from "@/lib/media/receivers";
import { TELL_ADMINS_EVERY_MS, TELL_EVERY_MS } from "@/lib/media/rules";
import { noteReceived } from "@/lib/media/uploads";
import { errorWords } from "@/lib/media/words";

const CHUNK_BYTES = 1024 * 1024;

/** Makes the file that an upload's bytes go to; one that is there already keeps what it has. */
export async function makeIncoming(id: string): Promise<void> {
  await mkdir(incomingFolder(), { recursive: true });
  await (await open(incomingFile(id), "a")).close();
}

/**
 * Writes bytes behind those that an upload has, and says how far it is while they come.
 * @returns where it has come to
 * @throws AppError disk_full, upload_ended where it was cancelled meanwhile; whatever ended the source. What was written
 * stays, for the rest to be sent.
 */
export async function writeIncoming(id: string, source: Readable, offset: number): Promise<number> {
  const abort = new AbortController();
  const release = registerReceiver(id, abort);
  const meter = new Meter(id, offset, (error) => abort.abort(error));
  const target = createWriteStream(incomingFile(id), {
    flags: "r+",
    start: offset,
    highWaterMark: CHUNK_BYTES,
  });
  try {
    await pipeline(source, meter, target, { signal: abort.signal });
    return meter.position;
  } catch (error) {
    if (abort.signal.aborted)
      throw abort.signal.reason instanceof AppError ? abort.signal.reason : endedUpload();
    if (error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) {
      throw new AppError("disk_full", errorWords("disk_full", limitsOf("hero-video")));
    }
    throw error;
  } finally {
    release();
  }
}

export function endedUpload(): AppError {
  return new AppError("upload_ended", "This upload was cancelled or has ended. Please send the file anew.");
}

/** Counts what passes, and writes it down as often as may be told. */
class Meter extends Transform {
  position: number;
  readonly #id: string;
  readonly #onEnded: (error: AppError) => void;
  #toldAt = 0;
  #toldAdminsAt = 0;
  #telling = false;

  constructor(id: string, offset: number, onEnded: (error: AppError) => void) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#id = id;
    this.position = offset;
    this.#onEnded = onEnded;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.position += chunk.length;
    const now = clock();
    if (!this.#telling && now.getTime() - this.#toldAt >= TELL_EVERY_MS) void this.#tell(now);
    done(null, chunk);
  }

  async #tell(now: Date): Promise<void> {
    this.#telling = true;
    this.#toldAt = now.getTime();
    const tellAdmins = now.getTime() - this.#toldAdminsAt >= TELL_ADMINS_EVERY_MS;
    if (tellAdmins) this.#toldAdminsAt = now.getTime();
    try {
      if (!(await noteReceived(this.#id, this.position, tellAdmins, now))) this.#onEnded(endedUpload());
    } catch (error) {
      // The bytes go on to the disk; how many they are is written down the next time.
      log().warn({ err: error, uploadId: this.#id }, "how much has arrived could not be written down");
    } finally {
      this.#telling = false;
    }
  }
}
