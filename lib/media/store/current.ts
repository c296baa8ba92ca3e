import "server-only";
import { env } from "@/lib/env";
import { localStoreFolder } from "@/lib/media/folders";
import { cloudinaryStore } from "@/lib/media/store/cloudinary";
import { localStore } from "@/lib/media/store/local";
import { s3Store } from "@/lib/media/store/s3";
import type { Store, StoreName } from "@/lib/media/store/store";
import { processState } from "@/lib/process-state";

/** The store that new files go to. */
export function currentStore(): Store {
  return storeNamed(env().MEDIA_STORE);
}

/** The store that a file was put to, which need not be where new ones go. @throws Error where its settings are missing */
export function storeNamed(name: StoreName): Store {
  return processState(`media-store.${name}.v1`, () => makeStore(name));
}

function makeStore(name: StoreName): Store {
  const {
    S3_ENDPOINT,
    S3_REGION,
    S3_BUCKET,
    S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY,
    S3_PUBLIC_URL,
    CLOUDINARY_URL,
  } = env();
  if (name === "local") return localStore(localStoreFolder());
  if (name === "cloudinary") {
    if (!CLOUDINARY_URL) throw new Error("Files were put to Cloudinary, and CLOUDINARY_URL is not set.");
    return cloudinaryStore(CLOUDINARY_URL);
  }
  if (!S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) {
    throw new Error("Files were put to S3, and its settings are not set.");
  }
  return s3Store({
    endpoint: S3_ENDPOINT,
    region: S3_REGION,
    bucket: S3_BUCKET,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    publicUrl: S3_PUBLIC_URL,
  });
}
