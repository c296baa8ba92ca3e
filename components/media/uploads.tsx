"use client";

import { createContext, type ReactNode, useContext, useEffect } from "react";
import { isAnythingSent } from "@/components/media/sendings";
import { useUploadNews } from "@/components/media/use-upload-news";

type Uploads = { viewerId: string; zone: string };

const UploadsContext = createContext<Uploads>({ viewerId: "", zone: "UTC" });

/** Who looks at uploads, and in which zone. */
export function useUploadsViewer(): Uploads {
  return useContext(UploadsContext);
}

/** Around every page of the portal: says what became of uploads, and asks before a page is left that still sends. */
export function UploadsProvider({ viewerId, zone, children }: Uploads & { children: ReactNode }) {
  useUploadNews(viewerId);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (isAnythingSent()) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
  return <UploadsContext value={{ viewerId, zone }}>{children}</UploadsContext>;
}
