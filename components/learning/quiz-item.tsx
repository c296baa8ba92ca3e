import { EmptyState } from "@/components/ui/empty-state";
import type { ContentDetail } from "@/lib/learning/schema";

type QuizBody = Extract<ContentDetail["body"], { kind: "quiz" }>;

/** What a quiz will ask for, for as long as quizzes cannot be taken. */
export function QuizItem({ body: { questionCount, passPercentage } }: { body: QuizBody }) {
  return (
    <EmptyState title={`${questionCount} ${questionCount === 1 ? "question" : "questions"}, not open yet`}>
      It is passed with {passPercentage} % of them right. Quizzes cannot be taken here yet; everything else in
      this course can, and what you have done is kept.
    </EmptyState>
  );
}
