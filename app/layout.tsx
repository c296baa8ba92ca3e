import "@fontsource-variable/hanken-grotesk/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { AppProviders } from "@/components/layout/app-providers";
import { parseTheme, themeCookie } from "@/components/layout/theme";
import { LiveRegion } from "@/components/ui/live-region";
import { ToastRegion } from "@/components/ui/toast";

export const metadata: Metadata = {
  title: { default: "Lockstep", template: "%s · Lockstep" },
  description: "Courses and classes on screens that move together.",
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#faf9f7" },
    { media: "(prefers-color-scheme: dark)", color: "#13110f" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <AppProviders>
          {children}
          <ToastRegion />
          <LiveRegion />
        </AppProviders>
      </body>
    </html>
  );
}
