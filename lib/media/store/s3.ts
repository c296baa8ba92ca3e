import "server-only";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { isStoreKey, NotStored, type Store } from "@/lib/media/store/store";

export type S3Settings = {
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Where the bucket is served to anybody, where it is. */
  publicUrl: string | undefined;
};

/** Larger files go in parts, so that a lost connection costs one part. */
const PART_BYTES = 16 * 1024 * 1024;
const CACHE_CONTROL = "public, max-age=31536000, immutable";

/** An S3-compatible bucket. */
export function s3Store(settings: S3Settings): Store {
  const { bucket: Bucket } = settings;
  const client = new S3Client({
    region: settings.region,
    ...(settings.endpoint ? { endpoint: settings.endpoint, forcePathStyle: true } : {}),
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    // Compatible servers take the trailing checksum that is sent otherwise for content.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 4,
  });
  return {
    name: "s3",

    async put(key, { path, contentType, sizeBytes }, { signal, onBytes, isPublic }) {
      assertKey(key);
      const abort = signal ? { abortSignal: signal } : {};
      const described = { Bucket, Key: key, ContentType: contentType, CacheControl: CACHE_CONTROL };
      if (sizeBytes <= PART_BYTES) {
        const Body = createReadStream(path);
        await client.send(new PutObjectCommand({ ...described, Body, ContentLength: sizeBytes }), abort);
        onBytes?.(sizeBytes);
      } else {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand(described), abort);
        const whole = { Bucket, Key: key, UploadId };
        try {
          const Parts: Array<{ ETag: string | undefined; PartNumber: number }> = [];
          for (let start = 0; start < sizeBytes; start += PART_BYTES) {
            const end = Math.min(sizeBytes, start + PART_BYTES) - 1;
            const part = { ...whole, PartNumber: Parts.length + 1, ContentLength: end - start + 1 };
            const Body = createReadStream(path, { start, end });
            const { ETag } = await client.send(new UploadPartCommand({ ...part, Body }), abort);
            Parts.push({ ETag, PartNumber: part.PartNumber });
            onBytes?.(end + 1);
          }
          await client.send(
            new CompleteMultipartUploadCommand({ ...whole, MultipartUpload: { Parts } }),
            abort,
          );
        } catch (error) {
          // Parts that nobody puts together would be kept, and paid for.
          await client.send(new AbortMultipartUploadCommand(whole)).catch(() => undefined);
          throw error;
        }
      }
      return {
        publicUrl: isPublic && settings.publicUrl ? `${settings.publicUrl.replace(/\/$/, "")}/${key}` : null,
      };
    },

    async read({ key }, range) {
      assertKey(key);
      try {
        const Range = range ? `bytes=${range.start}-${range.end}` : undefined;
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket, Key: key, ...(Range ? { Range } : {}) }),
        );
        if (!(Body instanceof Readable)) throw new Error(`The store answered ${key} without a body.`);
        return Body;
      } catch (error) {
        throw isMissing(error) ? new NotStored(key) : error;
      }
    },

    async sizeOf({ key }) {
      try {
        assertKey(key);
        const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
        return ContentLength ?? 0;
      } catch (error) {
        if (error instanceof NotStored || isMissing(error)) return null;
        throw error;
      }
    },

    async remove({ key }) {
      assertKey(key);
      await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
    },

    async *list(prefix) {
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: prefix,
            ...(token ? { ContinuationToken: token } : {}),
          }),
        );
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key) yield { key: Key, sizeBytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) };
        }
        token = page.NextContinuationToken;
      } while (token);
    },
  };
}

function assertKey(key: string): void {
  if (!isStoreKey(key)) throw new NotStored(key);
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    (error.name === "NoSuchKey" || error.name === "NotFound" || error.$metadata.httpStatusCode === 404)
  );
}
