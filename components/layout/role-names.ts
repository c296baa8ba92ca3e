import type { Role } from "@/lib/access/roles";

export const roleNames: Record<Role, string> = {
  STUDENT: "Student",
  STAFF: "Staff",
  INSTRUCTOR: "Instructor",
  ORGANIZATION: "Organization",
  ADMIN: "Administrator",
};
