import type { Metadata } from "next";
import { ProgressDemo } from "@/components/media/progress-demo";
import { viewerOrSignIn } from "@/lib/access/viewer";

export const metadata: Metadata = { title: "Progress demo" };

export default async function ProgressDemoPage() {
  await viewerOrSignIn("ADMIN");
  return <ProgressDemo />;
}
