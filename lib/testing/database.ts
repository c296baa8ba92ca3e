import { busyPool, db, sqlPool } from "@/lib/db";
import { createTestDatabase } from "@/scripts/support/test-database";

export type TestDatabase = { url: string; drop(): Promise<void> };

/** A migrated database of this test file's own, which `db()` and `sqlPool()` use from here on. */
export async function useTestDatabase(): Promise<TestDatabase> {
  const { url, drop } = await createTestDatabase();
  process.env.DATABASE_URL = url;
  process.env.NEXTAUTH_SECRET = "a secret that only tests know, 40 signs.";
  process.env.LOG_LEVEL = "silent";
  return {
    url,
    async drop() {
      await Promise.all([db().$disconnect(), sqlPool().end(), busyPool().end()]);
      await drop();
    },
  };
}
