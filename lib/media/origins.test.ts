import { expect, it } from "vitest";
import { mediaOrigins } from "@/lib/media/origins";

it("names the store's own origin, and none while files are served from here", () => {
  expect(mediaOrigins({})).toEqual([]);
  expect(mediaOrigins({ MEDIA_STORE: "local", S3_PUBLIC_URL: "https://cdn.example.org" })).toEqual([]);
  expect(mediaOrigins({ MEDIA_STORE: "s3" })).toEqual([]);
  expect(
    mediaOrigins({ MEDIA_STORE: "s3", S3_PUBLIC_URL: "https://cdn.example.org/bucket; script-src *" }),
  ).toEqual(["https://cdn.example.org"]);
  expect(mediaOrigins({ MEDIA_STORE: "cloudinary" })).toEqual(["https://res.cloudinary.com"]);
});
