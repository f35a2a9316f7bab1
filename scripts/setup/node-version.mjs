// @ts-check
/** Checks Node's version. In a file of its own, in old JavaScript, so that an old Node can read it and tell. */

/**
 * @param {string} version as in process.version
 * @returns {string} what is wrong with it; empty if nothing
 */
export function nodeProblem(version) {
  const match = /^v(\d+)\./.exec(version);
  if (match && Number(match[1]) >= 20) return "";
  return (
    "Node.js here is " + version + "; the course needs version 20 or newer (nodejs.org, or nvm install 20)."
  );
}

export function checkNode() {
  const problem = nodeProblem(process.version);
  if (!problem) return;
  console.error("\n" + problem);
  process.exit(1);
}
