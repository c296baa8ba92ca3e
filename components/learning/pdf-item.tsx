"use client";

import { Download } from "lucide-react";
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { useItemRecorder } from "@/components/learning/use-item-recorder";
import { useReadingPlace } from "@/components/learning/use-reading-place";
import { buttonClass } from "@/components/ui/button-class";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ContentDetail } from "@/lib/learning/schema";

type Opened = { pages: PDFPageProxy[] };

/** A PDF in the page: drawn as it comes into sight, its text selectable and read by screen readers. */
export function PdfItem({ content, url }: { content: ContentDetail; url: string }) {
  const article = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [failed, setFailed] = useState<number | null>(null);
  const [attempt, setAttempt] = useState(0);
  const recorder = useItemRecorder(
    { courseId: content.courseId, contentId: content.item.id, isEnrolled: content.isEnrolled },
    "reading",
  );
  useReadingPlace(article, content, recorder, opened !== null);

  useEffect(() => {
    let isOver = false;
    let end = () => {};
    void (async () => {
      try {
        const pdfjs = await loadPdfjs();
        if (isOver) return;
        const task = pdfjs.getDocument({ url, useWasm: false, isEvalSupported: false });
        end = () => void task.destroy();
        const pages = await readPages(await task.promise);
        if (!isOver) setOpened({ pages });
      } catch {
        if (!isOver) setFailed(attempt);
      }
    })();
    return () => {
      isOver = true;
      end();
    };
  }, [url, attempt]);

  if (failed === attempt)
    return (
      <ErrorState title="The document could not be opened" onRetry={() => setAttempt((before) => before + 1)}>
        Nothing was lost. Try again, or download it.
      </ErrorState>
    );
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center justify-between gap-3">
        <p className="tabular text-sm text-ink-muted">
          {opened ? `${opened.pages.length} ${opened.pages.length === 1 ? "page" : "pages"}` : "Opening…"}
        </p>
        <a
          href={`${url}?download=1`}
          download
          className={buttonClass("secondary", "compact")}
          onClick={() => {
            recorder?.record({ interaction_type: "download" });
            recorder?.tellNow();
          }}
        >
          <Download aria-hidden="true" className="size-3.5" />
          Download
        </a>
      </div>
      <div ref={article} data-testid="pdf-pages">
        {opened ? (
          opened.pages.map((page) => <PdfPage key={page.pageNumber} page={page} />)
        ) : (
          <Skeleton className="aspect-[1/1.414] w-full" />
        )}
      </div>
    </div>
  );
}

async function loadPdfjs() {
  const pdfjs = await import("pdfjs-dist");
  pdfjs.GlobalWorkerOptions.workerSrc = new URL(
    "pdfjs-dist/build/pdf.worker.min.mjs",
    import.meta.url,
  ).toString();
  return pdfjs;
}

async function readPages(document: PDFDocumentProxy): Promise<PDFPageProxy[]> {
  const pages: PDFPageProxy[] = [];
  for (let number = 1; number <= document.numPages; number++) pages.push(await document.getPage(number));
  return pages;
}

function PdfPage({ page }: { page: PDFPageProxy }) {
  const sheet = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  const [isNear, setNear] = useState(false);
  const size = page.getViewport({ scale: 1 });

  useEffect(() => {
    const element = sheet.current;
    if (!element) return;
    const sizes = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
    const sight = new IntersectionObserver(([entry]) => entry && setNear(entry.isIntersecting), {
      rootMargin: "800px 0px",
    });
    sizes.observe(element);
    sight.observe(element);
    return () => {
      sizes.disconnect();
      sight.disconnect();
    };
  }, []);

  useEffect(() => {
    const element = sheet.current;
    if (!element || !isNear || width === 0) return;
    const scale = width / page.getViewport({ scale: 1 }).width;
    const viewport = page.getViewport({ scale });
    const ratio = Math.min(window.devicePixelRatio, 2);
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    canvas.setAttribute("aria-hidden", "true");
    const layer = document.createElement("div");
    layer.className = "pdf-text";
    layer.style.setProperty("--total-scale-factor", String(scale));
    const drawing = page.render({
      canvas,
      viewport: page.getViewport({ scale: scale * ratio }),
    });
    let isOver = false;
    void (async () => {
      try {
        await drawing.promise;
        const { TextLayer } = await loadPdfjs();
        const text = new TextLayer({
          textContentSource: await page.getTextContent(),
          container: layer,
          viewport,
        });
        await text.render();
        if (!isOver) element.replaceChildren(canvas, layer);
      } catch (error) {
        // Scrolled away before it was drawn.
        if (!isOver) throw error;
      }
    })();
    return () => {
      isOver = true;
      drawing.cancel();
    };
  }, [page, isNear, width]);

  return (
    <section
      ref={sheet}
      aria-label={`Page ${page.pageNumber}`}
      className="pdf-page"
      style={{ aspectRatio: `${size.width} / ${size.height}` }}
    />
  );
}
