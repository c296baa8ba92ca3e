import "server-only";
import { z } from "zod";

const flag = z.enum(["0", "1"]).transform((value) => value === "1");

const GIB = 1024 ** 3;
const bytes = z.coerce.number().int().positive();

const settings = z
  .object({
    DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must begin with postgres:// or postgresql://"),
    LISTEN_DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must begin with postgres:// or postgresql://")
      .optional(),
    NEXTAUTH_SECRET: z.string().min(32, "must have at least 32 characters"),
    NEXTAUTH_URL: z.url({ protocol: /^https?$/ }).optional(),
    LOCKSTEP_DATA_DIR: z.string().default(".data"),
    LOCKSTEP_LIMITS: z.coerce.number().positive().default(1),
    LOCKSTEP_TEST: flag.default(false),
    LOCKSTEP_EMBEDDED: flag.default(false),
    LOCKSTEP_DOORBELL_MS: z.coerce.number().min(0).max(1000).default(15),
    METRICS_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
    MEDIA_STORE: z.enum(["local", "s3", "cloudinary"]).default("local"),
    MEDIA_WORKERS: z.coerce.number().int().min(1).max(16).default(1),
    MEDIA_HERO_MAX_BYTES: bytes.default(4 * GIB),
    MEDIA_HERO_MAX_SECONDS: z.coerce.number().positive().default(300),
    MEDIA_COURSE_MAX_BYTES: bytes.default(10 * GIB),
    MEDIA_COURSE_MAX_SECONDS: z.coerce
      .number()
      .positive()
      .default(4 * 60 * 60),
    S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    S3_REGION: z.string().default("us-east-1"),
    S3_BUCKET: z.string().optional(),
    S3_ACCESS_KEY_ID: z.string().optional(),
    S3_SECRET_ACCESS_KEY: z.string().optional(),
    S3_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLOUDINARY_URL: z
      .string()
      .regex(/^cloudinary:\/\/[^:@/]+:[^:@/]+@[^:@/?]+/, "must be as cloudinary://key:secret@cloud")
      .optional(),
    FFMPEG_PATH: z.string().optional(),
    FFPROBE_PATH: z.string().optional(),
    TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  })
  .refine((s) => !s.LOCKSTEP_TEST || s.LOCKSTEP_EMBEDDED, {
    path: ["LOCKSTEP_TEST"],
    message: "lets tests set the server's clock and is refused with any database but the embedded one",
  })
  .refine((s) => s.MEDIA_STORE !== "s3" || (s.S3_BUCKET && s.S3_ACCESS_KEY_ID && s.S3_SECRET_ACCESS_KEY), {
    path: ["MEDIA_STORE"],
    message: "s3 needs S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY",
  })
  .refine((s) => s.MEDIA_STORE !== "cloudinary" || s.CLOUDINARY_URL, {
    path: ["MEDIA_STORE"],
    message: "cloudinary needs CLOUDINARY_URL",
  });

export type Env = z.infer<typeof settings>;

let parsed: Env | undefined;

/**
 * The settings of this process, parsed once. Not read at import, because a build has none of them.
 * @throws Error with a sentence for each wrong setting.
 */
export function env(): Env {
  if (parsed) return parsed;
  const result = settings.safeParse(process.env);
  if (!result.success) {
    const sentences = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Lockstep cannot start with these settings.\n  ${sentences.join("\n  ")}`);
  }
  parsed = result.data;
  return parsed;
}
