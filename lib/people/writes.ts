import "server-only";
import type { Role } from "@/lib/access/roles";
import type { Transaction } from "@/lib/db";

export async function insertOrganization(tx: Transaction, name: string, now: Date): Promise<string> {
  const { id } = await tx.organization.create({ data: { name, createdAt: now }, select: { id: true } });
  return id;
}

export type NewUser = {
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  organizationId: string | null;
  timeZone: string;
  passwordHash: string;
  isDemo: boolean;
};

export async function insertUser(tx: Transaction, user: NewUser, now: Date): Promise<string> {
  const { id } = await tx.user.create({
    data: { ...user, email: user.email.toLowerCase(), createdAt: now },
    select: { id: true },
  });
  return id;
}
