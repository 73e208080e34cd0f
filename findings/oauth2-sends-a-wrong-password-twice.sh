#!/usr/bin/env bash
# golang.org/x/oauth2: one login with a wrong password reaches the server twice.
#
# The File Library's login is OAuth with a password. The library does not know how a
# server wants the client named, so after a refusal it tries again the other way, with
# the same password, within one call. Where accounts are locked after some failures,
# each counts twice. AuthStyleInParams (or InHeader) sends it once.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
go mod init finding 2>/dev/null
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"golang.org/x/oauth2"
)

func main() {
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleAutoDetect, oauth2.AuthStyleInParams} {
		logins := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			logins++
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"invalid_grant"}`)
		}))
		config := oauth2.Config{ClientID: "tp-fms-public", Endpoint: oauth2.Endpoint{TokenURL: server.URL, AuthStyle: style}}
		_, err := config.PasswordCredentialsToken(context.Background(), "user", "wrong")
		fmt.Println("style", style, "logins:", logins, "refused:", err != nil)
		server.Close()
	}
}
GO
go get golang.org/x/oauth2@v0.38.0 2>/dev/null
grep oauth2 go.mod
go run . | tee seen
diff seen - <<'OUT' && echo "as found"
style 0 logins: 2 refused: true
style 1 logins: 1 refused: true
OUT
