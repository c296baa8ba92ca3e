import {
  BookOpen,
  CalendarDays,
  Film,
  HeartPulse,
  Inbox,
  LayoutDashboard,
  LibraryBig,
  type LucideIcon,
  PanelsTopLeft,
} from "lucide-react";
import type { Role } from "@/lib/access/roles";

export type NavigationItem = { href: string; label: string; icon: LucideIcon };

const catalogue: NavigationItem = { href: "/#catalogue", label: "Catalogue", icon: LibraryBig };

/** The pages of each portal, as the rail, the bottom bar and the command menu list them. */
export const navigation: Record<Role, ReadonlyArray<NavigationItem>> = {
  STUDENT: [{ href: "/student", label: "Dashboard", icon: LayoutDashboard }, catalogue],
  STAFF: [{ href: "/staff", label: "My Courses", icon: BookOpen }, catalogue],
  INSTRUCTOR: [{ href: "/instructor", label: "Classes", icon: CalendarDays }, catalogue],
  ORGANIZATION: [{ href: "/organization", label: "Requests", icon: Inbox }, catalogue],
  ADMIN: [
    { href: "/admin", label: "Requests", icon: Inbox },
    { href: "/admin/homepage", label: "Homepage", icon: PanelsTopLeft },
    { href: "/admin/progress-demo", label: "Progress demo", icon: Film },
    { href: "/admin/health", label: "Health", icon: HeartPulse },
    catalogue,
  ],
};
