import "server-only";
import { hash, verify } from "@node-rs/argon2";

/** An argon2id hash with its parameters in it (the library's defaults: 19 MiB, 2 passes, OWASP's first choice). */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

export function passwordMatches(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password);
}
