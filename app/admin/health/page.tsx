import type { Metadata } from "next";
import { HealthBoard } from "@/components/media/health-board";
import { viewerOrSignIn } from "@/lib/access/viewer";

export const metadata: Metadata = { title: "Health" };

export default async function HealthPage() {
  await viewerOrSignIn("ADMIN");
  // Asked for by the browser alone: a page about what does not work must not need it to be put together.
  return <HealthBoard />;
}
