import "server-only";
import { portalOf, type Role } from "@/lib/access/roles";
import { db } from "@/lib/db";
import { DEMO_PASSWORD } from "@/lib/people/demo";

export type DemoPerson = { email: string; name: string; role: Role; organizationName: string | null };

const roleOrder = Object.keys(portalOf);

/** The demo people whom the sign-in page offers, or null when nobody of the cast is here. */
export async function listDemoPeople(): Promise<{ password: string; people: DemoPerson[] } | null> {
  const rows = await db().user.findMany({
    where: { isDemo: true },
    take: 50,
    orderBy: { createdAt: "asc" },
    select: {
      email: true,
      firstName: true,
      lastName: true,
      role: true,
      organization: { select: { name: true } },
    },
  });
  if (rows.length === 0) return null;
  const people = rows
    .map(({ email, firstName, lastName, role, organization }) => ({
      email,
      name: `${firstName} ${lastName}`,
      role,
      organizationName: organization?.name ?? null,
    }))
    .sort((a, b) => roleOrder.indexOf(b.role) - roleOrder.indexOf(a.role));
  return { password: DEMO_PASSWORD, people };
}
