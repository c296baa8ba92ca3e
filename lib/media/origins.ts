/** Where the store that the settings name shows its files from, when that is not here: for the pages' content policy. */
export function mediaOrigins(settings: Record<string, string | undefined>): string[] {
  const { MEDIA_STORE, S3_PUBLIC_URL } = settings;
  if (MEDIA_STORE === "cloudinary") return ["https://res.cloudinary.com"];
  if (MEDIA_STORE !== "s3" || !S3_PUBLIC_URL || !URL.canParse(S3_PUBLIC_URL)) return [];
  return [new URL(S3_PUBLIC_URL).origin];
}
