// @ts-check
/** Checks Node's version. In a file of its own, in old JavaScript, so that an old Node can read it and tell. */

/**
 * @param {string} version as in process.version
 * @returns {string} what is wrong with it; empty if nothing
 */
export function nodeProblem(version) {
  const match = /^v(\d+)\.(\d+)\./.exec(version);
  const major = match ? Number(match[1]) : 0;
  // Before 20.11, Node lacks what tsx and the settings of lint call.
  if (match && (major > 20 || (major === 20 && Number(match[2]) >= 11))) return "";
  return (
    "Node.js here is " +
    version +
    "; the course needs version 20.11 or newer (nodejs.org, or nvm install --lts)."
  );
}

export function checkNode() {
  const problem = nodeProblem(process.version);
  if (!problem) return;
  console.error("\n" + problem);
  process.exit(1);
}
