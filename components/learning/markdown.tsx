"use client";

import type { Ref } from "react";
import ReactMarkdown, { defaultUrlTransform } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import rehypeSlug from "rehype-slug";
import remarkGfm from "remark-gfm";

type MarkdownProps = {
  markdown: string;
  /** Where each relative link or picture lies. */
  files: Record<string, string>;
  onDownload?: (url: string) => void;
  articleRef?: Ref<HTMLDivElement>;
};

/**
 * CommonMark with tables and task lists. Raw HTML is shown as the text that it is, and what comes out is sanitised all
 * the same; relative addresses resolve to the course's files and to nothing else.
 */
export function Markdown({ markdown, files, onDownload, articleRef }: MarkdownProps) {
  return (
    <div ref={articleRef} className="reading">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize, rehypeSlug]}
        urlTransform={(url) => resolveUrl(url, files)}
        components={{
          h1: ({ node: _node, ...rest }) => <h2 {...rest} />,
          table: ({ node: _node, ...rest }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrollable with the keyboard.
            <section className="reading-table" aria-label="Table" tabIndex={0}>
              <table {...rest} />
            </section>
          ),
          img: ({ node: _node, alt, ...rest }) => (
            // biome-ignore lint/performance/noImgElement: files of courses are served as they are, access checked.
            <img {...rest} alt={alt ?? ""} loading="lazy" decoding="async" />
          ),
          a: ({ node: _node, href, children, ...rest }) =>
            isFile(href, files) ? (
              <a {...rest} href={`${href}?download=1`} download onClick={() => onDownload?.(href ?? "")}>
                {children}
              </a>
            ) : (
              <a {...rest} href={href} {...(isOutside(href) && { target: "_blank", rel: "noreferrer" })}>
                {children}
              </a>
            ),
        }}
      >
        {markdown}
      </ReactMarkdown>
    </div>
  );
}

function isFile(href: string | undefined, files: Record<string, string>): boolean {
  return href !== undefined && Object.values(files).includes(href);
}

function isOutside(href: string | undefined): boolean {
  return /^https?:/i.test(href ?? "");
}

function resolveUrl(url: string, files: Record<string, string>): string {
  const file = files[url] ?? files[safeDecode(url)];
  return file ?? defaultUrlTransform(url);
}

function safeDecode(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}
