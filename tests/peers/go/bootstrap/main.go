// SPDX-License-Identifier: GPL-3.0-or-later

// A function in Go as AWS runs it: it answers each record's value, and misbehaves when a value asks for it.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type item struct {
	Value string `json:"value"`
	Key   string `json:"key"`
}

func handle(_ context.Context, event events.KafkaEvent) ([]item, error) {
	var answer []item
	for _, records := range event.Records {
		for _, record := range records {
			value, err := base64.StdEncoding.DecodeString(record.Value)
			if err != nil {
				return nil, err
			}
			switch string(value) {
			case "fail":
				return nil, errors.New("asked to fail")
			case "panic":
				panic("asked to panic")
			case "exit":
				os.Exit(3)
			case "grow":
				grow()
			}
			answer = append(answer, item{Value: string(value), Key: fmt.Sprintf("offset-%d", record.Offset)})
		}
	}
	return answer, nil
}

// grow takes memory until somebody stops it.
func grow() {
	var kept [][]byte
	for {
		block := make([]byte, 8<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		kept = append(kept, block)
		if len(kept) > 500 {
			return
		}
	}
}

func main() { lambda.Start(handle) }
