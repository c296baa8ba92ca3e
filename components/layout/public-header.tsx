"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Mark } from "@/components/ui/mark";

/** The thin header of the public pages. `portal` is the path of the signed-in visitor's portal. */
export function PublicHeader({ portal }: { portal: string | null }) {
  const isSignInPage = usePathname() === "/sign-in";
  return (
    <header className="border-b border-line">
      <div className="mx-auto flex h-13 w-full max-w-[1048px] items-center gap-4 px-5">
        <Link
          href="/"
          aria-label="Lockstep, home"
          className="-ml-1 flex h-10 items-center gap-2.5 rounded-sm px-1 text-md font-semibold tracking-tight"
        >
          <Mark size={24} />
          Lockstep
        </Link>
        <div className="flex-1" />
        {portal ? (
          <ButtonLink href={portal} size="compact">
            Open my portal
          </ButtonLink>
        ) : (
          !isSignInPage && (
            <ButtonLink href="/sign-in" size="compact">
              Sign in
            </ButtonLink>
          )
        )}
      </div>
    </header>
  );
}
