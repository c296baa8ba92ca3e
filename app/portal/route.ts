import { redirect } from "next/navigation";
import { portalOf } from "@/lib/access/roles";
import { findViewer } from "@/lib/access/viewer";

// GET /portal: to the viewer's own portal, or to sign in.
export async function GET(): Promise<never> {
  const viewer = await findViewer();
  redirect(viewer ? portalOf[viewer.role] : "/sign-in");
}
