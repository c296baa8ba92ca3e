import { BookOpen, CalendarDays, Inbox, LayoutDashboard, LibraryBig, type LucideIcon } from "lucide-react";
import type { Role } from "@/lib/access/roles";

export type NavigationItem = { href: string; label: string; icon: LucideIcon };

const catalogue: NavigationItem = { href: "/#catalogue", label: "Catalogue", icon: LibraryBig };

/** The pages of each portal, as the rail, the bottom bar and the command menu list them. */
export const navigation: Record<Role, ReadonlyArray<NavigationItem>> = {
  STUDENT: [{ href: "/student", label: "Dashboard", icon: LayoutDashboard }, catalogue],
  STAFF: [{ href: "/staff", label: "My Courses", icon: BookOpen }, catalogue],
  INSTRUCTOR: [{ href: "/instructor", label: "Classes", icon: CalendarDays }, catalogue],
  ORGANIZATION: [{ href: "/organization", label: "Requests", icon: Inbox }, catalogue],
  ADMIN: [{ href: "/admin", label: "Requests", icon: Inbox }, catalogue],
};
