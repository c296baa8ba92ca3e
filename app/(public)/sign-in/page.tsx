import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { KeptChanges } from "@/components/learning/kept-changes";
import { SignInForm } from "@/components/people/sign-in-form";
import { findViewer } from "@/lib/access/viewer";
import { listDemoPeople } from "@/lib/people/queries";

export const metadata: Metadata = { title: "Sign in" };

type SignInPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: SignInPageProps) {
  if (await findViewer()) redirect("/portal");
  const [{ callbackUrl }, demo] = await Promise.all([searchParams, listDemoPeople()]);

  return (
    <div className="mx-auto w-full max-w-[26rem] px-5 py-12 sm:py-20">
      <h1 className="mb-6 text-xl font-semibold tracking-tight">Sign in</h1>
      <KeptChanges />
      <SignInForm callbackUrl={typeof callbackUrl === "string" ? callbackUrl : null} demo={demo} />
    </div>
  );
}
