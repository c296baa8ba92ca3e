import "server-only";
import type { Transaction } from "@/lib/db";

export type NewCourse = { slug: string; title: string; summary: string; durationMinutes: number };

/** Adds a course that is in the catalogue at once. */
export async function insertPublishedCourse(tx: Transaction, course: NewCourse, now: Date): Promise<string> {
  const { id } = await tx.course.create({
    data: { ...course, status: "PUBLISHED", createdAt: now },
    select: { id: true },
  });
  return id;
}
