import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { Mark } from "@/components/ui/mark";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-[80dvh] max-w-[34rem] flex-col items-start justify-center gap-3 px-5 py-16">
      <Mark size={32} className="mb-3" />
      <h1 className="text-xl font-semibold tracking-tight">There is no such page</h1>
      <p className="text-md text-ink-muted">
        The address may be mistyped, the page may be gone, or it may belong to somebody else. Nothing was lost
        or changed.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <ButtonLink href="/portal" variant="primary">
          Open my portal
        </ButtonLink>
        <ButtonLink href="/">Home</ButtonLink>
      </div>
    </main>
  );
}
