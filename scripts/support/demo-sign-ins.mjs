// Who of the demo cast can sign in. Imports packages, so it is itself imported only once they are there.
import pg from "pg";
import { tsImport } from "tsx/esm/api";

/**
 * The lines that tell how to sign in; none when the database holds somebody's own people.
 * @param {string} databaseUrl
 * @returns {Promise<string[]>}
 */
export async function describeDemoSignIns(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT u.email, lower(u.role::text) AS role, o.name AS organization
       FROM "User" u LEFT JOIN "Organization" o ON o.id = u."organizationId" WHERE u."isDemo" ORDER BY u.id`,
    );
    if (rows.length === 0) return [];
    const { DEMO_PASSWORD } = await tsImport("../../lib/people/demo.ts", import.meta.url);
    const width = Math.max(...rows.map(({ email }) => email.length));
    return [
      `Demo sign-ins, all with the password ${DEMO_PASSWORD}:`,
      ...rows.map(
        ({ email, role, organization }) =>
          `  ${email.padEnd(width)}  ${organization ? `${role}, ${organization}` : role}`,
      ),
    ];
  } finally {
    await client.end();
  }
}
