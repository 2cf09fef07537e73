// SPDX-License-Identifier: GPL-3.0-or-later

// A receiver of CloudEvents: it replies with an event, with nothing, or with a status, as the event's type asks. Prints
// its port and ends with its input.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	cloudevents "github.com/cloudevents/sdk-go/v2"
)

func receive(_ context.Context, event cloudevents.Event) (*cloudevents.Event, cloudevents.Result) {
	switch event.Type() {
	case "silent":
		return nil, nil
	case "busy":
		return nil, cloudevents.NewHTTPResult(http.StatusTooManyRequests, "busy")
	case "refuse":
		return nil, cloudevents.NewHTTPResult(http.StatusBadRequest, "refused")
	case "break":
		return nil, cloudevents.NewHTTPResult(http.StatusInternalServerError, "broken")
	}
	reply := cloudevents.NewEvent()
	reply.SetID("reply-" + event.ID())
	reply.SetSource("/receiver")
	reply.SetType("reply." + event.Type())
	reply.SetSubject("ü \"100%\"")
	reply.SetExtension("partitionkey", "k")
	data := map[string]any{"seen": string(event.Data()), "source": event.Source(), "subject": event.Subject(),
		"contenttype": event.DataContentType(), "extensions": event.Extensions()}
	if err := reply.SetData(cloudevents.ApplicationJSON, data); err != nil {
		return nil, err
	}
	return &reply, nil
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	protocol, err := cloudevents.NewHTTP(cloudevents.WithListener(listener))
	if err != nil {
		panic(err)
	}
	client, err := cloudevents.NewClient(protocol)
	if err != nil {
		panic(err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	if err := client.StartReceiver(context.Background(), receive); err != nil {
		panic(err)
	}
}
