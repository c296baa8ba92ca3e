import { z } from "zod";

/** What is typed to sign in. The bounds keep a hash from being asked of a megabyte. */
export const credentials = z.object({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .min(1)
    .max(320)
    .refine((email) => !email.includes("\0")),
  password: z.string().min(1).max(1_024),
});
