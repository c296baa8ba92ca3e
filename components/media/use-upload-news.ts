"use client";

import { useRouter } from "next/navigation";
import { useRef } from "react";
import { announce } from "@/components/ui/live-region";
import { showToast } from "@/components/ui/toast";
import { useLiveEvents } from "@/lib/live/client";

const spoken = {
  starting: "is being checked",
  compressing: "is being compressed",
  uploading: "is being stored",
  cancelled: "was cancelled",
} as const;

/** Speaks of each new status of an upload; a toast tells its own admin, on whatever page they are, how it ended. */
export function useUploadNews(viewerId: string): void {
  const router = useRouter();
  const last = useRef(new Map<string, string>());

  useLiveEvents((event) => {
    if (event.event !== "uploadProgress") return;
    const { uploadId, attempt, status, fileName, ownerId, error } = event.data;
    const state = `${attempt} ${status}`;
    if (last.current.get(uploadId) === state) return;
    last.current.set(uploadId, state);
    const show = { label: "Show", onPress: () => router.push("/admin/homepage") };
    switch (status) {
      case "queued":
        return;
      case "completed":
        announce(`${fileName} is ready`);
        if (ownerId === viewerId)
          showToast({
            title: `${fileName} is ready`,
            description: "It is compressed and stored.",
            action: show,
          });
        return;
      case "error":
        announce(`${fileName} failed`);
        if (ownerId === viewerId)
          showToast({
            tone: "failed",
            title: `${fileName} failed`,
            description: error?.message,
            action: show,
          });
        return;
      default:
        announce(`${fileName} ${spoken[status]}`);
    }
  });
}
