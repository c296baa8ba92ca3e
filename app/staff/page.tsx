import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { viewerOrSignIn } from "@/lib/access/viewer";

export const metadata: Metadata = { title: "My Courses" };

export default async function StaffPage() {
  const viewer = await viewerOrSignIn("STAFF");
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">My Courses</h1>
      <p className="pt-1 text-ink-muted">
        Signed in as {viewer.name}
        {viewer.organizationName && `, ${viewer.organizationName}`}
      </p>
      <EmptyState
        title="Your courses will be here"
        action={
          <ButtonLink href="/#catalogue" variant="primary">
            Browse the catalogue
          </ButtonLink>
        }
      >
        Those that your organization assigns, with their due dates, and those that you choose yourself. Until
        then you can see what is taught.
      </EmptyState>
    </>
  );
}
