"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { ButtonSize } from "@/components/ui/button-class";
import { showToast } from "@/components/ui/toast";
import { RequestError } from "@/lib/http/fetch";
import { sendEnrolment } from "@/lib/learning/client";

type EnrolButtonProps = { courseId: string; title: string; size?: ButtonSize };

/** Enrols the viewer and opens the course. A repeat is answered like the first. */
export function EnrolButton({ courseId, title, size = "regular" }: EnrolButtonProps) {
  const router = useRouter();
  const [isPending, setPending] = useState(false);

  async function enrol() {
    setPending(true);
    try {
      const { slug } = await sendEnrolment(courseId);
      router.push(`/learn/${slug}`);
      router.refresh();
    } catch (error) {
      setPending(false);
      showToast({
        tone: "failed",
        title: "You are not enrolled",
        description:
          error instanceof RequestError ? error.message : "That did not work. Please try once more.",
      });
    }
  }

  return (
    <Button
      variant="primary"
      size={size}
      isPending={isPending}
      onPress={() => void enrol()}
      aria-label={`Enrol in ${title}`}
    >
      Enrol
    </Button>
  );
}
