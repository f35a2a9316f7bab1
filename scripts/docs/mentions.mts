/** Types that the library's functions mention and its index does not export: they are told, and told apart. */
import { type Application, Comment, type Context, Converter, type DeclarationReflection } from "typedoc";

/** Before typedoc-plugin-missing-exports, which stands at 1e9, brings these types in. */
const BEFORE_MENTIONS = 2e9;

const mentioned = new WeakSet<DeclarationReflection>();

/** Whether something is not exported, only mentioned. */
export function isMentioned(member: DeclarationReflection): boolean {
  return mentioned.has(member);
}

/** A plugin of TypeDoc's: it says so of each of them. */
export function markMentions(app: Application): void {
  let exported: ReadonlySet<DeclarationReflection> = new Set();
  const noteExports = ({ project }: Context): void => {
    exported = new Set(project.children);
  };
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, noteExports, BEFORE_MENTIONS);
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => {
    for (const member of project.children ?? []) {
      if (exported.has(member)) continue;
      mentioned.add(member);
      member.comment ??= new Comment();
      member.comment.summary.push({ kind: "text", text: "\n\n(Not exported by itself.)" });
    }
  });
}
