import type { NextConfig } from "next";

const config: NextConfig = {
  // A build for tests must not overwrite the one that a running `npm start` serves from.
  distDir: process.env.LOCKSTEP_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  headers: async () => [
    {
      source: "/(.*)",
      headers: [
        { key: "X-Content-Type-Options", value: "nosniff" },
        { key: "Referrer-Policy", value: "same-origin" },
        { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
      ],
    },
  ],
  serverExternalPackages: [
    "pg",
    "pino",
    "@node-rs/argon2",
    "@tus/server",
    "@aws-sdk/client-s3",
    "cloudinary",
    "fluent-ffmpeg",
  ],
};

export default config;
