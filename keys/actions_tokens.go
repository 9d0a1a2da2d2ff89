package keys

import "tenantry/domain"

// Where the actions on API tokens apply.
const (
	Tokens Place = "tokens" // the list
	Token  Place = "token"  // one token
)

// The identities of the actions on API tokens.
const (
	TokenOpen      ID = "token.open"
	TokenCreate    ID = "token.create"
	TokenRevoke    ID = "token.revoke"
	TokenRevokeAll ID = "token.revoke-all"
	TokenCopy      ID = "token.copy"
	TokenSort      ID = "token.sort"
	TokenReverse   ID = "token.reverse"
	TokenNested    ID = "token.nested"

	UserTokens ID = "user.tokens"
)

// tokenActions are those of the list of API tokens and the page of one.
var tokenActions = []Action{
	{TokenOpen, Tokens, []string{"enter"}, "open", "Show everything about the token", 0, AskNothing, 1},
	{TokenCreate, Tokens, []string{"n"}, "new", "Make an API token of your own", 0, AskNothing, 2},
	{TokenRevoke, Tokens, []string{"d"}, "revoke", "Revoke the token: whatever uses it is refused from then on", 0, AskYes, 3},
	{TokenSort, Tokens, []string{"s"}, "sort", "Sort by the next column", 0, AskNothing, 61},
	{TokenReverse, Tokens, []string{"S"}, "reverse", "Turn the order round", 0, AskNothing, 0},
	{TokenNested, Tokens, []string{"b"}, "nested", "With or without the tokens of users of nested customers", 0, AskNothing, 62},
	{TokenRevokeAll, Tokens, []string{"X"}, "revoke all", "Revoke every token of this owner", 0, AskYes, 0},
	{TokenCopy, Tokens, []string{"y"}, "copy prefix", "Copy how the token begins, to look for it", 0, AskNothing, 0},

	{TokenRevoke, Token, []string{"d"}, "revoke", "Revoke the token: whatever uses it is refused from then on", 0, AskYes, 1},
	{TokenCopy, Token, []string{"y"}, "copy prefix", "Copy how the token begins, to look for it", 0, AskNothing, 2},

	{UserTokens, Users, []string{"t"}, "API tokens", "API tokens of the user, to revoke them", domain.UsersEdit, AskNothing, 0},
	{UserTokens, User, []string{"t"}, "API tokens", "API tokens of the user, to revoke them", domain.UsersEdit, AskNothing, 13},
}
