import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import S3rver from "s3rver";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cloudinaryStore } from "@/lib/media/store/cloudinary";
import { localStore } from "@/lib/media/store/local";
import { s3Store } from "@/lib/media/store/s3";
import { isStoreKey, NotStored, type Store } from "@/lib/media/store/store";

// The SDK decides between http and https once, as it is loaded, by its setting.
vi.hoisted(() => {
  process.env.CLOUDINARY_URL = "cloudinary://key:none@cloud?upload_prefix=http://127.0.0.1";
});

const folder = mkdtempSync(path.join(os.tmpdir(), "lockstep-store-"));
const SECRET = "a-secret-of-tests";
let s3: S3rver;
let s3Port: number;
let cloud: FakeCloudinary;

beforeAll(async () => {
  mkdirSync(path.join(folder, "s3"), { recursive: true });
  s3 = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: path.join(folder, "s3"),
    configureBuckets: [{ name: "lockstep", configs: [] }],
  });
  s3Port = (await s3.run()).port;
  cloud = await FakeCloudinary.start();
});

afterAll(async () => {
  await s3.close();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Cloudinary's API as it is documented: parameters signed with SHA-1 over the sorted parameters and the secret (file,
 * api_key, resource_type and cloud_name left out), chunks by Content-Range and X-Unique-Upload-Id.
 */
class FakeCloudinary {
  readonly files = new Map<string, Buffer>();
  readonly #chunks = new Map<string, Buffer>();
  readonly #server: Server;
  refused = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(
        ({ status, body, headers }) => response.writeHead(status, headers).end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  static async start(): Promise<FakeCloudinary> {
    const fake = new FakeCloudinary();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(
    request: IncomingMessage,
  ): Promise<{ status: number; body?: Buffer | string; headers?: Record<string, string> }> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    if (pathname.startsWith("/files/")) return this.#deliver(decodeURIComponent(pathname.slice(7)), request);
    const [, , , kind = "", action = ""] = pathname.split("/");
    if (kind === "resources") {
      const wanted = Buffer.from(`key:${SECRET}`).toString("base64");
      if (request.headers.authorization !== `Basic ${wanted}`) return this.#refuse();
      const prefix = `${action}/${searchParams.get("prefix") ?? ""}`;
      const resources = [...this.files]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { length: bytes }]) => {
          const public_id = name.slice(action.length + 1);
          const [, format] = action === "raw" ? [] : (/\.([^.]+)$/.exec(public_id) ?? []);
          return {
            public_id: format ? public_id.slice(0, -format.length - 1) : public_id,
            format,
            bytes,
            created_at: new Date().toISOString(),
          };
        });
      return {
        status: 200,
        body: JSON.stringify({ resources }),
        headers: { "content-type": "application/json" },
      };
    }
    const { fields, file, fileName } = await readParts(request);
    const { signature, api_key, file: _file, ...signed } = fields;
    const text = Object.entries(signed)
      .filter(([name, value]) => !["resource_type", "cloud_name"].includes(name) && value !== "")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join("&");
    const right = createHash("sha1")
      .update(text + SECRET)
      .digest("hex");
    if (signature !== right || api_key !== "key") return this.#refuse();
    if (action === "destroy") {
      for (const name of this.files.keys()) {
        const id = name.slice(kind.length + 1);
        if (
          name.startsWith(`${kind}/`) &&
          (id === fields.public_id || id.replace(/\.[^.]+$/, "") === fields.public_id)
        )
          this.files.delete(name);
      }
      return json({ result: "ok" });
    }
    const [, , end, total] =
      /^bytes (\d+)-(\d+)\/(-?\d+)$/.exec(request.headers["content-range"] ?? "") ?? [];
    const upload = String(request.headers["x-unique-upload-id"] ?? randomUUID());
    const whole = Buffer.concat([this.#chunks.get(upload) ?? Buffer.alloc(0), file]);
    if (total !== undefined && Number(end) + 1 !== Number(total)) {
      this.#chunks.set(upload, whole);
      return json({ done: false });
    }
    this.#chunks.delete(upload);
    const format =
      kind === "raw" ? "" : kind === "video" ? ".mp4" : (/\.[^.]+$/.exec(fileName)?.[0] ?? ".jpg");
    const name = `${kind}/${fields.public_id}${format}`;
    this.files.set(name, whole);
    return json({ secure_url: `${this.url}/files/${name}`, bytes: whole.length });
  }

  #deliver(name: string, request: IncomingMessage) {
    const file = this.files.get(name);
    if (!file) return { status: 404 };
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const body = start === undefined ? file : file.subarray(Number(start), Number(end) + 1);
    return {
      status: start === undefined ? 200 : 206,
      body,
      headers: { "content-length": String(body.length) },
    };
  }

  #refuse() {
    this.refused += 1;
    return { ...json({ error: { message: "Invalid Signature" } }), status: 401 };
  }
}

function json(body: object) {
  return { status: 200, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

async function readParts(
  request: IncomingMessage,
): Promise<{ fields: Record<string, string>; file: Buffer; fileName: string }> {
  const fields: Record<string, string> = {};
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("multipart/")) {
    const body = (await bytesOf(request)).toString();
    const sent = contentType.includes("json")
      ? JSON.parse(body)
      : Object.fromEntries(new URLSearchParams(body));
    for (const [name, value] of Object.entries(sent)) fields[name] = String(value);
    return { fields, file: Buffer.alloc(0), fileName: "" };
  }
  let file: Promise<Buffer> = Promise.resolve(Buffer.alloc(0));
  let fileName = "";
  const parser = new Busboy({ headers: { "content-type": contentType } });
  parser.on("field", (name, value) => {
    fields[name] = value;
  });
  parser.on("file", (_name, stream, name) => {
    fileName = name;
    file = bytesOf(stream);
  });
  await new Promise((resolve, reject) => {
    parser.on("finish", resolve).on("error", reject);
    request.pipe(parser);
  });
  return { fields, file: await file, fileName };
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const stores: Array<[string, () => Store]> = [
  ["local", () => localStore(path.join(folder, "local"))],
  [
    "s3",
    () =>
      s3Store({
        endpoint: `http://127.0.0.1:${s3Port}`,
        region: "us-east-1",
        bucket: "lockstep",
        accessKeyId: "S3RVER",
        secretAccessKey: "S3RVER",
        publicUrl: undefined,
      }),
  ],
  ["cloudinary", () => cloudinaryStore(`cloudinary://key:${SECRET}@cloud?upload_prefix=${cloud.url}`)],
];

function fileOf(bytes: Buffer): { path: string; sizeBytes: number } {
  const file = path.join(folder, randomUUID());
  writeFileSync(file, bytes);
  return { path: file, sizeBytes: statSync(file).size };
}

describe.each(stores)("the %s store", { timeout: 90_000 }, (_name, make) => {
  const contentType = "video/mp4";
  const keyOf = (name = "1080p-0123456789abcdef.mp4") => `media/${randomUUID()}/${name}`;
  const put = async (store: Store, key: string, bytes: Buffer) => {
    const { publicUrl } = await store.put(key, { ...fileOf(bytes), contentType }, { isPublic: true });
    return { key, contentType, publicUrl };
  };

  it.each([1, 300_000, 21_500_000])(
    "gives back the %i bytes that were put, whole and in ranges",
    async (size) => {
      const store = make();
      const bytes = randomBytes(size);
      const told: number[] = [];
      const key = keyOf();
      const options = { isPublic: true, onBytes: (sent: number) => told.push(sent) };
      const { publicUrl } = await store.put(key, { ...fileOf(bytes), contentType }, options);
      const file = { key, contentType, publicUrl };
      expect((await bytesOf(await store.read(file))).equals(bytes)).toBe(true);
      const [start, end] = [Math.floor(size / 3), Math.floor((size * 2) / 3)];
      const range = await bytesOf(await store.read(file, { start, end }));
      expect(range.equals(bytes.subarray(start, end + 1))).toBe(true);
      expect(await store.sizeOf(file)).toBe(size);
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(size);
      await store.remove(file);
    },
  );

  it("replaces a file as a whole, removes it once and again, and knows of none that is not there", async () => {
    const store = make();
    const key = keyOf();
    await put(store, key, Buffer.from("one"));
    const file = await put(store, key, Buffer.from("another"));
    expect((await bytesOf(await store.read(file))).toString()).toBe("another");
    await store.remove(file);
    await store.remove(file);
    expect(await store.sizeOf(file)).toBeNull();
    await expect(store.read(file)).rejects.toBeInstanceOf(NotStored);
  });

  it("lists what begins so, and nothing else", async () => {
    const store = make();
    const file = await put(store, keyOf(), Buffer.from("listed"));
    const prefix = file.key.split("/").slice(0, 2).join("/");
    const found = [];
    for await (const { key, sizeBytes } of store.list(prefix)) found.push({ key, sizeBytes });
    expect(found).toEqual([{ key: file.key, sizeBytes: 6 }]);
    await store.remove(file);
  });

  it("keeps nothing of a put that was given up before it began", async () => {
    const store = make();
    const key = keyOf();
    const signal = AbortSignal.abort(new Error("given up"));
    await expect(
      store.put(key, { ...fileOf(randomBytes(100_000)), contentType }, { signal, isPublic: true }),
    ).rejects.toThrow();
    for await (const found of store.list(key.slice(0, 42))) throw new Error(`kept ${found.key}`);
  });

  it("takes no key that leads elsewhere", async () => {
    const store = make();
    for (const key of [
      "../../etc/passwd",
      "/etc/passwd",
      "media/../../x",
      "media",
      "media//x",
      "media/a\0b",
    ]) {
      expect(isStoreKey(key)).toBe(false);
      await expect(
        store.put(key, { ...fileOf(Buffer.from("x")), contentType }, { isPublic: true }),
      ).rejects.toThrow();
    }
  });
});

describe("the cloudinary store", () => {
  it("signs with its secret: another one is refused, and says so", async () => {
    const refused = cloud.refused;
    const store = cloudinaryStore(`cloudinary://key:wrong@cloud?upload_prefix=${cloud.url}`);
    const file = { ...fileOf(Buffer.from("x")), contentType: "video/mp4" };
    await expect(store.put("media/a/b.mp4", file, { isPublic: true })).rejects.toThrow("Invalid Signature");
    expect(cloud.refused).toBe(refused + 1);
  });
});

describe("the local store", () => {
  it("has no draft left after a put that failed", async () => {
    const store = localStore(path.join(folder, "failing"));
    const file = { path: path.join(folder, "nowhere"), sizeBytes: 5, contentType: "video/mp4" };
    await expect(store.put("media/a/b.mp4", file, { isPublic: true })).rejects.toThrow("ENOENT");
    expect(readdirSync(path.join(folder, "failing/media/a"))).toEqual([]);
  });
});
