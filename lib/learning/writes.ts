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

/** Enrols a learner in a version of a course. */
export async function insertEnrolment(
  tx: Transaction,
  enrolment: {
    userId: string;
    courseId: string;
    versionId: string;
    totalContent: number;
    source: "SELF" | "ASSIGNED";
    dueAt: Date | null;
  },
  now: Date,
): Promise<string> {
  const { id } = await tx.enrolment.create({ data: { ...enrolment, createdAt: now }, select: { id: true } });
  return id;
}
