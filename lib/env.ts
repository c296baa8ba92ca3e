import "server-only";
import { z } from "zod";

const flag = z.enum(["0", "1"]).transform((value) => value === "1");

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
    TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  })
  .refine((s) => !s.LOCKSTEP_TEST || s.LOCKSTEP_EMBEDDED, {
    path: ["LOCKSTEP_TEST"],
    message: "lets tests set the server's clock and is refused with any database but the embedded one",
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
