package output

import (
	"text/template"
	"text/template/parse"
)

// printText is the function that every value of a template passes last.
const printText = "_text"

// nullsPrintNothing lets a field that a record lacks print nothing, as null does: text/template would print <no value>.
func nullsPrintNothing(t *template.Template) {
	for _, t := range t.Templates() {
		if t.Tree != nil {
			passText(t.Root)
		}
	}
}

func passText(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				last := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{parse.NewIdentifier(printText).SetPos(n.Pos)}}
				n.Pipe.Cmds = append(n.Pipe.Cmds, last)
			}
		case *parse.IfNode:
			passText(n.List)
			passText(n.ElseList)
		case *parse.RangeNode:
			passText(n.List)
			passText(n.ElseList)
		case *parse.WithNode:
			passText(n.List)
			passText(n.ElseList)
		}
	}
}
