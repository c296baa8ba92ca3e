"use client";

import { usePathname } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Notice } from "@/components/ui/notice";
import { useOutboxStatus } from "@/lib/learning/browser/provider";
import { changesWords } from "@/lib/learning/browser/recording-rules";

/** Says that the sign-in has expired, and that nothing is lost by it. */
export function SessionNotice() {
  const { waiting, problem } = useOutboxStatus();
  const pathname = usePathname();
  if (problem !== "signed_out") return null;
  return (
    <div className="pb-4">
      <Notice
        tone="caution"
        title="Your sign-in has expired"
        action={
          <ButtonLink
            size="compact"
            href={{ pathname: "/sign-in", query: { callbackUrl: pathname } }}
            prefetch={false}
          >
            Sign in again
          </ButtonLink>
        }
      >
        You can go on. What you do is kept on this device and sent once you have signed in again
        {waiting > 0 && ` (${changesWords(waiting)})`}.
      </Notice>
    </div>
  );
}
