/** The five roles, each with the portal it works in. */
export const portalOf = {
  STUDENT: "/student",
  STAFF: "/staff",
  INSTRUCTOR: "/instructor",
  ORGANIZATION: "/organization",
  ADMIN: "/admin",
} as const;

export type Role = keyof typeof portalOf;
