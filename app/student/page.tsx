import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { viewerOrSignIn } from "@/lib/access/viewer";

export const metadata: Metadata = { title: "Dashboard" };

export default async function StudentPage() {
  const viewer = await viewerOrSignIn("STUDENT");
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">Dashboard</h1>
      <p className="pt-1 text-ink-muted">Signed in as {viewer.name}</p>
      <EmptyState
        title="Your courses will be here"
        action={
          <ButtonLink href="/#catalogue" variant="primary">
            Browse the catalogue
          </ButtonLink>
        }
      >
        With what you have done in each, and where you left off. Until then you can see what is taught.
      </EmptyState>
    </>
  );
}
