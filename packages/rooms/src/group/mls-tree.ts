import type { RatchetTree } from "ts-mls"
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex } from "ts-mls/treemath.js"

// [Note: Trees that newcomers can read]
// A leaf that was added is listed as unmerged by the filled nodes above it, until somebody under them renews its path. RFC 9420
// section 12.4.3.1 lets a newcomer check that the nodes between such a leaf and a node that lists it list it too. ts-mls 1.6
// refuses a tree unless all filled nodes above the leaf have the very same list, which two leaves in different places are
// enough to break. Version 2 checks what the RFC says. Until then whoever commits looks at the tree that would come of it:
// where newcomers could not read it, people are added one by one, after a commit that merges others.

/** Whether ts-mls takes this tree from a Welcome. See [Note: Trees that newcomers can read]. */
export function canBeJoined(tree: RatchetTree): boolean {
  return tree.every((node) =>
    node?.nodeType === "parent"
      ? node.parent.unmergedLeaves.every((leaf) => listsAbove(tree, leaf).every(isSameAs(node.parent.unmergedLeaves)))
      : true,
  )
}

/** How many entries of unmerged leaves there are. */
export function unmergedEntries(tree: RatchetTree): number {
  return tree.reduce((sum, node) => sum + (node?.nodeType === "parent" ? node.parent.unmergedLeaves.length : 0), 0)
}

function listsAbove(tree: RatchetTree, leaf: number): readonly (readonly number[])[] {
  return directPath(leafToNodeIndex(toLeafIndex(leaf)), leafWidth(tree.length)).flatMap((index) => {
    const node = tree[index]
    return node?.nodeType === "parent" ? [node.parent.unmergedLeaves] : []
  })
}

function isSameAs(list: readonly number[]): (other: readonly number[]) => boolean {
  return (other) => other.length === list.length && other.every((leaf, index) => leaf === list[index])
}
